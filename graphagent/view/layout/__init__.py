"""Where the boxes, the labels and the arcs of any graph go, from left to right, so that nothing stands on anything else.

The method is that of K. Sugiyama, S. Tagawa and M. Toda, "Methods for Visual Understanding of Hierarchical System
Structures", IEEE Transactions on Systems, Man, and Cybernetics 11 (2), 1981: turn arcs until there is no cycle, put nodes
in layers, give arcs that cross a layer a cell of their own there, order the cells of each layer, and place them. Labels
are cells too, in layers of their own, so an arc crosses other arcs at most: never a box, and never the label of another.
"""

from __future__ import annotations

from graphagent.view.layout.arrange import Arrangement, Box, Point, arrange
from graphagent.view.layout.layers import Arc, Size

__all__ = ["Arc", "Arrangement", "Box", "Point", "Size", "arrange"]
