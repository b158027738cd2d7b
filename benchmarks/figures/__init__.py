"""One module for each kind of figure: how the package is used, and which floor it is compared with."""
