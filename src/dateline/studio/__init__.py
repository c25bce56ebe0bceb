"""The way through Label Studio: what people see there, and how their work comes back."""
