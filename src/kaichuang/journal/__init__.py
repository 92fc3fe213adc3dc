"""Every change of state is a row, chained to the row before; one door, transition()."""
