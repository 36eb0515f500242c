"""The paper for a board: what was published and how it went, as a tagged PDF and a workbook."""
