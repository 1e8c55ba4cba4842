"""How customers behave where it costs or misleads: discounts, refunds, kinds of customers, anti-profile."""
