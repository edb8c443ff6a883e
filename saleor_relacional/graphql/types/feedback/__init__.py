"""What customers tell, the cases that staff answer, and promises."""
