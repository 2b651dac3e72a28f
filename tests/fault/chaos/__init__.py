"""Real devices, a real broker and a real gateway, and all that can go wrong among them."""
