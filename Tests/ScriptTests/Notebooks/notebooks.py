"""Runs notebooks whole by PyPI's nbclient: notebooks.py FOLDER NOTEBOOK... prints the kinds of their outputs.

With VNNLUA_NOTEBOOK_OUT=FOLDER it writes them there as nbconvert exports them, NAME.html.
"""

import os
import sys

os.environ["JUPYTER_PATH"] = sys.argv[1] + "/share/jupyter"

import nbconvert
import nbformat
from nbclient import NotebookClient

for path in sys.argv[2:]:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    if any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells):
        sys.exit(f"{path}: has outputs")
    NotebookClient(notebook, timeout=120, kernel_name="vnnlua").execute()
    kinds = sorted({kind for cell in notebook.cells for each in cell.get("outputs", []) for kind in each.get("data", {})})
    print(os.path.basename(path), *kinds)
    if os.environ.get("VNNLUA_NOTEBOOK_OUT"):
        name = os.path.basename(path).replace(".ipynb", ".html")
        with open(os.path.join(os.environ["VNNLUA_NOTEBOOK_OUT"], name), "w", encoding="utf-8") as page:
            page.write(nbconvert.HTMLExporter().from_notebook_node(notebook)[0])
