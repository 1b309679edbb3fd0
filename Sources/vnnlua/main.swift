print("vnnlua")
