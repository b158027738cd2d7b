"""The floor: what a careful person would write by hand, with the standard library and the bare client only.

Each loop promises what the figure that it is compared with promises, no more and no less. They import nothing of the
package, so they can be measured beside others as well.
"""
