"""The peers of verifiers.lua, and the judge between them.

verifiers.py marabou NETWORK PROPERTY SECONDS ANSWER COUNTEREXAMPLE
verifiers.py nnenum  NETWORK PROPERTY SECONDS ANSWER COUNTEREXAMPLE
    decides within the seconds. ANSWER gets a JSON object of the verdict and of the processor seconds that it took to read
    and to decide, without Python's start; COUNTEREXAMPLE gets the inputs where the verdict is sat, in the competition's
    format. nnenum is imported from PYTHONPATH.
verifiers.py replay  NETWORK PROPERTY COUNTEREXAMPLE
    prints by how much onnxruntime's outputs at those inputs meet the property: below 0 by how much they miss it.
"""
import gzip, json, re, resource, sys, tempfile


def plain(path):
    """The path of the file, or of an unpacked copy."""
    if not path.endswith(".gz"):
        return path
    copy = tempfile.NamedTemporaryFile(suffix=re.sub(r".*(\.\w+)\.gz$", r"\1", path), delete=False)
    with gzip.open(path) as packed, copy:
        copy.write(packed.read())
    return copy.name


def processor_seconds():
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def marabou(network, statement, seconds):
    from maraboupy import Marabou

    start = processor_seconds()
    network = Marabou.read_onnx(network)
    options = Marabou.createOptions(verbosity=0, timeoutInSeconds=max(1, round(seconds)), numWorkers=1)
    code, values, _ = network.solve(propertyFilename=statement, verbose=False, options=options)
    verdict = code if code in ("sat", "unsat") else "timeout" if code == "TIMEOUT" else "unknown"
    inputs = [values[int(variable)] for part in network.inputVars for variable in part.flatten()] if values else None
    return verdict, inputs, processor_seconds() - start


def nnenum(network, statement, seconds):
    import time
    import numpy
    from nnenum import enumerate as search, nnenum as front, onnx_network
    from nnenum.settings import Settings

    begun, start = time.perf_counter(), processor_seconds()
    cases, kind = front.make_spec(statement, network)
    try:
        read = onnx_network.load_onnx_network_optimized(network)
    except Exception:
        read = onnx_network.load_onnx_network(network)
    # Its own choice of settings, with one process and without what it prints.
    (front.set_control_settings if len(cases[0][0]) < 700 else front.set_image_settings)()
    Settings.NUM_PROCESSES, Settings.PRINT_OUTPUT = 1, False
    verdict, inputs = "unsat", None
    for box, condition in cases:
        Settings.TIMEOUT = max(seconds - (time.perf_counter() - begun), 0)
        result = search.enumerate_network(numpy.array(box, dtype=kind), read, condition)
        words = {"safe": "unsat", "unsafe": "sat", "timeout": "timeout"}
        verdict = words.get(result.result_str, "unknown")
        if verdict != "unsat":
            inputs = list(result.cinput) if verdict == "sat" else None
            break
    return verdict, inputs, processor_seconds() - start


def expressions(text):
    """A file of parenthesised expressions as nested lists of words."""
    stack = [[]]
    for word in re.findall(r"[()]|[^\s()]+", re.sub(r";.*", "", text)):
        if word == "(":
            stack.append([])
        elif word == ")":
            inner = stack.pop()
            stack[-1].append(inner)
        else:
            stack[-1].append(word)
    return stack[0]


def number(term, values):
    if isinstance(term, str):
        return values[term] if term in values else float(term)
    operator, *terms = [term[0]] + [number(inner, values) for inner in term[1:]]
    if operator == "*":
        return terms[0] * terms[1]
    if operator == "-":
        return -terms[0] if len(terms) == 1 else terms[0] - sum(terms[1:])
    assert operator == "+", operator
    return sum(terms)


def slack(formula, values):
    """By how much a formula holds."""
    operator, *parts = formula
    if operator in ("and", "or"):
        return (min if operator == "and" else max)(slack(part, values) for part in parts)
    left, right = (number(part, values) for part in parts)
    return {"<=": right - left, ">=": left - right, "=": -abs(left - right)}[operator]


def replay(network, statement, counterexample):
    import numpy
    import onnxruntime

    inputs = [float(value) for name, value in expressions(open(counterexample).read())[0] if name.startswith("X_")]
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    asked = session.get_inputs()[0]
    shape = [size if isinstance(size, int) and size > 0 else 1 for size in asked.shape]
    kind = numpy.float64 if "double" in asked.type else numpy.float32
    outputs = session.run(None, {asked.name: numpy.array(inputs, dtype=kind).reshape(shape)})[0].flatten()
    values = {f"X_{place}": value for place, value in enumerate(inputs)}
    values.update({f"Y_{place}": float(value) for place, value in enumerate(outputs)})
    return min(slack(form[1], values) for form in expressions(open(statement).read()) if form[0] == "assert")


def main(tool, network, statement, *others):
    network, statement = plain(network), plain(statement)
    if tool == "replay":
        print(repr(replay(network, statement, *others)))
        return
    seconds, answer, counterexample = others
    verdict, inputs, used = {"marabou": marabou, "nnenum": nnenum}[tool](network, statement, float(seconds))
    if inputs is not None:
        with open(counterexample, "w") as file:
            file.write("(" + "\n".join(f"(X_{place} {value!r})" for place, value in enumerate(map(float, inputs))) + ")")
    with open(answer, "w") as file:
        json.dump({"verdict": verdict, "processor_s": used}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
