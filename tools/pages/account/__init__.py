"""What tools/account is made of."""
