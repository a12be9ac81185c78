"""What people read of plans: the terminal, comparisons, and the workbook of lists."""
