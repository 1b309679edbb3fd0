import Essentials
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct DatasetFileTests {
  private func read(
    _ text: String, inputs: [String]? = nil, targets: [String] = [], label: String? = nil, separator: Character = ","
  ) throws -> Dataset {
    try withTemporaryDirectory { folder in
      let path = "\(folder)/table.csv"
      try FileAccess.write(text, to: path)
      return try DatasetFile(reading: path, separator: separator.asciiValue ?? 0).dataset(
        name: "table", split: "train", inputs: inputs, targets: targets, label: label)
    }
  }

  /// The same table in the ways that programs write it.
  static let tables = [
    "a,b,c\n1,2,3\n4,5,6\n",
    "a,b,c\r\n1,2,3\r\n4,5,6",
    "a,b,c\r1,2,3\r4,5,6\r",
    "\u{FEFF}a,b,c\n1,2,3\n4,5,6\n",
    "\n\na,b,c\n\n1,2,3\n  \n4,5,6\n\n",
    "\"a\",\"b\",\"c\"\n\"1\",2,\"3\"\n4,\"5\",6\n",
    " a , b,c \n 1,\t2 , 3.0\n4e0, 5,6\n",
  ]

  @Test(arguments: tables) func oneTableInManyHands(_ text: String) throws {
    let data = try read(text, targets: ["b"])
    #expect(try data.images(0..<2).array == [1, 3, 4, 6] && data.targets(at: 0..<2).array == [2, 5])
    #expect(data.inputNames == ["a", "c"] && data.targetNames == ["b"])
    let chosen = try read(text, inputs: ["c", "a"], targets: ["b", "a"].filter { $0 != "a" })
    #expect(try chosen.image(1) == [6, 4])
  }

  @Test func quotedFieldsHoldWhatTheyLike() throws {
    let text = "\"price, \"\"net\"\"\",\"two\nlines\",town\n1,2,\"Bad\nHomburg\"\n3,4,Ulm\n"
    let data = try read(text, inputs: ["two\nlines"], targets: ["price, \"net\""])
    #expect(try data.images(0..<2).array == [2, 4] && data.targets(at: 0..<2).array == [1, 3])
    let classes = try read(text, inputs: ["two\nlines"], label: "town")
    #expect(try classes.labels == [0, 1] && classes.classNames == ["Bad\nHomburg", "Ulm"])
    #expect(try read("a;b\n1;2,5\n", inputs: ["a"], label: "b", separator: ";").classNames == ["2,5"])
  }

  @Test func classesAreInOrder() throws {
    let data = try read("x,y\n0,10\n0,9\n0,10\n0,-1\n", label: "y")
    #expect(try data.classNames == ["-1", "9", "10"] && data.labels == [2, 1, 2, 0])
    #expect(try read("x,y\n0,10\n0,9\n0,b\n", label: "y").classNames == ["10", "9", "b"])
  }

  static let wrong: [(text: String, words: String)] = [
    ("", "table.csv: empty: expected a header"),
    ("\n \n", "table.csv: empty: expected a header"),
    ("a,b\n", "no rows under the header"),
    ("1,2\n3,4\n", "expected a header with the names of the columns, got numbers"),
    ("a,b,a\n1,2,3\n", "two columns are called \"a\""),
    ("a,b\n1,2\n3\n", "table.csv:3: expected 2 fields as in the header, got 1"),
    ("a,b\n1,2\n\n3,4,5\n", "table.csv:4: expected 2 fields as in the header, got 3"),
    ("a,b\n1,2,\n", "table.csv:2: expected 2 fields as in the header, got 3"),
    ("a,b\n1,", "table.csv:2: column \"b\": expected a value, got none"),
    ("a,b\n1,two\n", "table.csv:2: column \"b\": expected a finite number, got \"two\""),
    ("a,b\n1,2\n1,NaN\n", "table.csv:3: column \"b\": expected a finite number, got \"NaN\""),
    ("a,b\ninf,1\n", "table.csv:2: column \"a\": expected a finite number, got \"inf\""),
    ("a,b\n1,1e999\n", "expected a finite number, got \"1e999\""),
    ("a,b\n\"x\ny\",1\n2,3 4\n", "table.csv:2: column \"a\""),
    ("a,b\r\n1,2\r\n\r\nx,3\r\n", "table.csv:4: column \"a\""),
    ("a,b\n1,\"2\n", "table.csv:2: a quote is opened and never closed"),
    ("a,b\n1,\"2\"3\n", "table.csv:2: text behind a closing quote"),
    ("x9,bb\n1,2\n", "no column \"b\"; did you mean \"bb\"; it has x9, bb"),
  ]

  @Test(arguments: wrong.indices) func wrongFilesAreNamed(_ index: Int) throws {
    let (text, words) = Self.wrong[index]
    let error = #expect(throws: OutsideFailure.self, "\(text)") { try read(text, targets: ["b"]) }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test func wrongQuestionsAreNamed() throws {
    func refused(_ words: String, _ inputs: [String]?, _ targets: [String], _ label: String?) {
      let error = #expect(throws: Misuse.self) {
        try read("a,b,c\n1,2,3\n", inputs: inputs, targets: targets, label: label)
      }
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
    refused("expected either targets, the columns to predict, or label", nil, [], nil)
    refused("a, b, c", nil, ["a"], "b")
    refused("\"a\" is named twice", ["a"], ["a"], nil)
    refused("\"b\" is named twice", nil, ["b", "b"], nil)
    #expect(throws: OutsideFailure.self) { try read("a\n1\n", targets: ["a"]) }
    #expect(throws: OutsideFailure.self) { try DatasetFile(reading: "/nowhere/table.csv") }
    try withTemporaryDirectory { folder in
      try FileAccess.write([0xFF, 0xFE, 0x61, 0], to: "\(folder)/wide.csv")
      let error = #expect(throws: OutsideFailure.self) { try DatasetFile(reading: "\(folder)/wide.csv") }
      #expect(error?.message.contains("UTF-16") == true)
    }
  }

  @Test(arguments: ["npz", "safetensors"]) func arraysAreColumns(_ ending: String) throws {
    try withTemporaryDirectory { folder in
      let path = "\(folder)/table.\(ending)"
      let arrays = [
        ("X", try Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2])), ("y", try Tensor([7, 8, 7])),
        ("age", try Tensor([0.5, 1.5, 2.5], shape: [3, 1])),
      ]
      func write(_ arrays: [(String, Tensor)]) throws {
        if ending == "npz" { return try NumPyArchive.write(arrays.map { ($0.0, $0.1) }, to: path) }
        try SafeTensors(entries: arrays.map { SafeTensors.Entry(name: $0.0, tensor: $0.1) }).write(to: path)
      }
      try write(arrays)
      let file = try DatasetFile(reading: path)
      let data = try file.dataset(name: "t", split: "all", inputs: ["age", "X"], targets: ["y"])
      #expect(try data.images(0..<3).array == [0.5, 1, 2, 1.5, 3, 4, 2.5, 5, 6])
      #expect(try data.targets(at: 0..<3).array == [7, 8, 7] && data.inputNames == ["age", "X[1]", "X[2]"])
      let classes = try file.dataset(name: "t", split: "all", label: "y")
      #expect(try classes.labels == [0, 1, 0] && classes.classNames == ["7", "8"] && classes.inputCount == 3)
      func refused(_ words: String, _ more: (String, Tensor), targets: [String] = ["y"]) throws {
        try write(arrays + [more])
        let error = #expect(throws: OutsideFailure.self) {
          try DatasetFile(reading: path).dataset(name: "t", split: "all", targets: targets)
        }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
      }
      try refused("expected 3 rows as in the inputs, got 2 in short", ("short", try Tensor([1, 2])))
      try refused(
        "expected 3 rows as in the inputs, got 2 in short", ("short", try Tensor([1, 2])), targets: ["short"])
      try refused("array odd, row 2: expected a finite number, got nan", ("odd", try Tensor([1, .nan, 2])))
      try refused("got 1x1x1 for deep", ("deep", Tensor.zeros([1, 1, 1])))
      try refused("no column \"z\"", ("w", try Tensor([1, 2, 3])), targets: ["z"])
    }
  }
}
