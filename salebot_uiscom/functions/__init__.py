"""Functions of the calculator: how they are declared (`registry`) and one module per page of Salebot's manual."""
