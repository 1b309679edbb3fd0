/// The sections of an LP file, and the words that begin them.
enum LPSection {
  case objective(ObjectiveSense)
  case constraints, lazyConstraints, userCuts, bounds, general, binary, semicontinuous
  /// Special ordered sets; the title may say their type.
  case sets(SpecialOrderedSet.SetType?)
  case end
  /// Something that is not linear.
  case refused(String)

  /// What the titles of one word begin, in lower case.
  static let titles: [String: LPSection] = {
    var titles: [String: LPSection] = ["end": .end, "sos": .sets(nil), "sos1": .sets(.one), "sos2": .sets(.two)]
    let synonyms: [([String], LPSection)] = [
      (["minimize", "minimise", "minimum", "min"], .objective(.minimize)),
      (["maximize", "maximise", "maximum", "max"], .objective(.maximize)),
      (["st", "st.", "s.t."], .constraints), (["bounds", "bound"], .bounds),
      (["general", "generals", "gen", "integer", "integers", "int"], .general),
      (["binary", "binaries", "bin"], .binary), (["semi", "semis"], .semicontinuous),
    ]
    for (words, section) in synonyms { for word in words { titles[word] = section } }
    for word in ["pwlobj", "pwl", "qpwl", "scenario"] { titles[word] = .refused(word) }
    return titles
  }()

  /// What a title of two words begins.
  static func beginning(with first: String, _ second: String) -> LPSection? {
    switch (first, second) {
    case ("subject", "to"), ("such", "that"): .constraints
    case ("lazy", "constraints"): .lazyConstraints
    case ("user", "cuts"): .userCuts
    case ("general", "constraints"): .refused("general constraints")
    default: nil
    }
  }

  /// The words that must not be names in a file, since some reader takes them for something else.
  static let reservedWords = Set(titles.keys).union([
    "free", "inf", "infinity", "subject", "such", "lazy", "user", "multi",
  ])
}
