"""Label Studio: articles go out as tasks, and what people did comes back as checked passes."""
