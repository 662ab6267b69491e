"""Files and tables are those of docs/reference/products.md."""

import products


def test_files_and_columns_of_a_small_project_are_documented(up_to_date):
    assert products.undocumented(up_to_date) == []
