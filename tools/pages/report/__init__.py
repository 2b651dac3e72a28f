"""What tools/report is made of."""
