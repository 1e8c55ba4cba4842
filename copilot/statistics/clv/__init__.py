"""Customer lifetime value: purchase and spend models fitted to the shop's own customers, gated and checked."""
