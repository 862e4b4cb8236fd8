"""What must happen when the model is pushed to an extreme, as a practitioner would say it."""
