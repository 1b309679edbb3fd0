"""PyPI's jupyter_kernel_test on the installed kernel: conformance.py FOLDER, where `kernel --install --prefix` put it."""

import os
import sys
import unittest

os.environ["JUPYTER_PATH"] = sys.argv[1] + "/share/jupyter"

import jupyter_kernel_test


class Conformance(jupyter_kernel_test.KernelTests):
    kernel_name = "vnnlua"
    language_name = "lua"
    file_extension = ".lua"
    code_hello_world = "print 'hello, world'"
    code_stderr = "io.stderr:write 'test\\n'"
    code_generate_error = "error 'wanted'"
    code_inspect_sample = "tensor.matmul"
    completion_samples = [
        {"text": "string.re", "matches": {"string.rep", "string.reverse"}},
        {"text": "ipair", "matches": {"ipairs"}},
    ]
    complete_code_samples = ["1", "print 'hello, world'", "local function f(x)\n  return x * 2\nend", "%help", "x?"]
    incomplete_code_samples = ["print('hello", "for i = 1, 3 do", "f("]
    invalid_code_samples = ["import = 7q", "end", "a b c"]
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "{ 1, 'zwölf' }", "result": '{ 1, "zwölf" }'},
    ]
    code_display_data = [
        {"code": "display(tensor.zeros(20, 20))", "mime": "image/png"},
        {"code": "display { { a = 1 }, { a = 2 } }", "mime": "text/html"},
    ]
    code_history_pattern = "6?*7"
    supported_history_operations = ("tail", "range", "search")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
