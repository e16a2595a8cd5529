"""Evidence to cause: ranked suspects, findings, reports and their verification."""
