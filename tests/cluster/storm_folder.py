"""Where a test has a storm keep its things."""
import tempfile
from pathlib import Path


def storm_folder(test):
    """A folder that goes with the test; the database's user passes through."""
    scratch = tempfile.TemporaryDirectory(prefix="sagad-storm-test-")
    test.addCleanup(scratch.cleanup)
    folder = Path(scratch.name)
    folder.chmod(0o711)
    return folder
