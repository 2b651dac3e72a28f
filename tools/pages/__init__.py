"""What tools/report, tools/account, tools/soak and tools/plot are made of."""
