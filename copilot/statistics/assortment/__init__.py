"""What is bought: pairs, what follows a product, first products, one product's performance, reorder cycles."""
