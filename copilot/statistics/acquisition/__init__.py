"""What customers cost and when they pay that back: ad spend against orders."""
