"""What the API takes and answers. Made from the OpenAPI document by tools/apitypes: do not edit."""
