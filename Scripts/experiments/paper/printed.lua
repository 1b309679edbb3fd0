--- What the paper printed in its Tables 1 and 2, to be read beside one's own.
return {
  caption = "The paper's own: 160 problems, Gurobi 10, 300 s.",
  first = {
    { "unstructured, not finetuned", "67.5 %", "71.3 %", "89.4 %", "92.5 %", "83.8 %" },
    { "unstructured, finetuned", "65.6 %", "70.6 %", "90.0 %", "96.3 %", "93.8 %" },
    { "structured, not finetuned", "75.0 %", "78.8 %", "70.6 %", "72.5 %", "65.0 %" },
    { "structured, finetuned", "59.4 %", "57.5 %", "56.3 %", "49.4 %", "46.3 %" },
  },
  second = {
    { "side 18", "75.0 %", "80.6 %", "86.9 %", "84.4 %", "76.3 %" },
    { "side 28", "67.5 %", "69.4 %", "73.1 %", "80.6 %", "72.5 %" },
    { "hidden layers 2", "80.6 %", "84.4 %", "86.3 %", "86.3 %", "76.3 %" },
    { "hidden layers 4", "61.9 %", "65.6 %", "73.8 %", "78.8 %", "72.5 %" },
    { "width 32", "69.4 %", "78.8 %", "78.1 %", "81.9 %", "75.6 %" },
    { "width 64", "73.1 %", "71.3 %", "81.9 %", "83.1 %", "73.1 %" },
  },
}
