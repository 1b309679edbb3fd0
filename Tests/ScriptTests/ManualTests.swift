import Essentials
import FoundationEssentials
import TestSupport
import Testing

@Suite("The manual as pages", .serialized)
struct ManualTests {
  private func write(to folder: String) throws -> [String: String] {
    let run = try CommandLineRun.vnnlua(["help", "--html", folder])
    try #require(run.status == 0, "\(run.errors)")
    var pages: [String: String] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasSuffix(".html") {
      pages[file] = String(decoding: try FileAccess.read("\(folder)/\(file)"), as: UTF8.self)
    }
    return pages
  }

  private func links(in page: String) -> [String] {
    page.matches(of: /href="([^"]*)"/).map {
      String($0.1).replacing("&amp;", with: "&").replacing("&quot;", with: "\"")
    }
  }

  @Test("has everything there is, no dead link, and asks nobody for anything")
  func complete() throws {
    try withTemporaryDirectory { folder in
      let pages = try write(to: folder)
      for file in [
        "index.html", "vnn.tensor.html", "vnn.surrogate.html", "help-sandbox.html", "cookbook-train.html",
        "gallery-wine.html", "experiments-paper.html", "policies-anchored.html",
      ] { #expect(pages[file] != nil, "\(file)") }
      let places = pages.mapValues { Set($0.matches(of: /id="([^"]+)"/).map { String($0.1) }) }
      for entry in Annotations.entries where entry.isDocumented && entry.kind != "module" {
        let place = entry.name.replacing(/[^\w.\-]/, with: ".")
        #expect(places["\(entry.module).html"]?.contains(place) == true, "\(entry.name)")
      }
      for room in ["cookbook", "gallery"] {
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(packageDirectory)/Scripts/\(room)")
        let names = files.filter { $0.hasSuffix(".lua") && $0 != "shared.lua" }.map { String($0.dropLast(4)) }
        for name in names { #expect(pages["\(room)-\(name).html"] != nil, "\(room)/\(name)") }
      }
      var count = 0
      for (file, page) in pages {
        for link in links(in: page) where !link.hasPrefix("https://") && !link.hasPrefix("http://") {
          let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
          let target = parts[0].isEmpty ? file : parts[0]
          let isThere = places[target].map { parts.count == 1 || $0.contains(parts[1]) } ?? false
          #expect(isThere, "\(file): \(link)")
          count += 1
        }
        #expect(page.firstMatch(of: /src="(?!index\.js")|@import|url\((?!#)/) == nil, "\(file)")
      }
      #expect(count > 5000)
      #expect(try #require(pages["vnn.surrogate.html"]).contains("<a href=\"vnn.nn.html#vnn.Network\">"))
    }
  }

  @Test(
    "a browser finds what is looked for, and no page is wider than a window",
    .enabled(if: Component.browser.isWanted, "\(Component.browser.reason)"),
    arguments: [
      (page: "index.html", asks: "matrix product", first: "tensor.matmul"),
      (page: "vnn.nn.html", asks: "nn.train", first: "nn.train"),
      (page: "gallery-wine.html", asks: "wine", first: "wine"),
      (page: "help-experiments.html", asks: "no such words at all", first: ""),
    ])
  func browser(_ look: (page: String, asks: String, first: String)) throws {
    try withTemporaryDirectory { folder in
      let page = try #require(write(to: folder)[look.page])
      try FileAccess.write(page.replacing("</body>", with: Self.probe + "</body>"), to: "\(folder)/\(look.page)")
      let asked = look.asks.replacing(" ", with: "%20")
      let run = try CommandLineRun(
        try Component.browser.path(),
        [
          "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder)/profile", "--window-size=1100,900",
          "--virtual-time-budget=3000", "--dump-dom", "file://\(folder)/\(look.page)?q=\(asked)",
        ])
      let title = try #require(run.output.firstMatch(of: /<title>(.*?)<\/title>/), "\(run.errors)").1
      let seen = try JSON(parsing: Array(title.utf8), path: "title")
      #expect(seen["first"]?.string == look.first && seen["errors"]?.int == 0, "\(title)")
      #expect(try #require(seen["wide"]?.double) <= 1 && seen["shown"] == .boolean(true), "\(title)")
      #expect(try #require(seen["contrast"]?.double) > 4.5, "\(title)")
    }
  }

  /// Writes into the page's title what the browser made of it.
  private static let probe = """
    <script>let errors = 0
    addEventListener('error', () => errors++)
    addEventListener('load', () => {
      const link = document.querySelector('#found a'), main = document.querySelector('main')
      const light = text => text.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0)
      const style = getComputedStyle(document.body), ink = light(style.color), paper = light(style.backgroundColor)
      document.title = JSON.stringify({
        first: link ? link.textContent : '',
        wide: document.documentElement.scrollWidth / innerWidth,
        shown: main.getBoundingClientRect().height > 300 && main.getBoundingClientRect().width > 400,
        contrast: (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05), errors,
      })
    })</script>
    """
}
