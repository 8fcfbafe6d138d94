"""All hand-written cases, as parameters of a test."""

from tests.oracle.case import Case
from tests.oracle.cell_cases import CELL_CASES
from tests.oracle.file_cases import FILE_CASES
from tests.oracle.header_cases import HEADER_CASES
from tests.oracle.json_cases import JSON_CASES
from tests.oracle.whole_file_cases import whole_file_cases

CASES: list[Case] = [*CELL_CASES, *FILE_CASES, *HEADER_CASES, *JSON_CASES, *whole_file_cases()]
