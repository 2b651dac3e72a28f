"""What tools/plot is made of."""
