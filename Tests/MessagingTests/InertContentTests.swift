import Essentials
import Messaging
import Testing

@Suite("What front ends get of strangers' cells")
struct InertContentTests {
  @Test(
    "HTML that could run or load something, or lie over the page, is not shown",
    arguments: [
      "<script>alert(1)</script>", "<SCRIPT>alert(1)</SCRIPT>", "<p onclick='alert(1)'>x</p>",
      #"<p onclick="alert(1)">x</p>"#, #"<img src="x" onerror="alert(1)">"#, "<img src=x onerror=alert(1)>",
      #"<img src="http://a.b/c.png">"#, "<img/src=x>", #"<a href="javascript:alert(1)">x</a>"#,
      #"<iframe src="javascript:alert(1)"></iframe>"#, "<svg onload=alert(1)>", "<style>*{}</style>",
      #"<iframe srcdoc="<script>alert(1)</script>"></iframe>"#, #"<iframe srcdoc="a"></iframe>"#, "<iframe>",
      #"<iframe sandbox="allow-scripts allow-same-origin" srcdoc="a"></iframe>"#, "<!-- --><p>", "<p", "<p>a</p", "<",
      #"<iframe sandbox="" sandbox="allow-scripts" srcdoc="a"></iframe>"#, "<>", "</>", "< p>", "<p\n>", "<p >",
      "</p >", #"<iframe sandbox="" src="http://a.b"></iframe>"#,
      #"<figure style="position:fixed;width:100%">x</figure>"#,
      #"<figure style="background:url(http://a.b)">x</figure>"#, #"<figure style="margin:-900px">x</figure>"#,
      #"<figure style="width:expression(1)">"#, #"<figure style="width:1px;position:fixed">"#, "<object>", "<base>",
      #"<table background="http://a.b">"#, "<math><mtext></mtext></math>",
      #"<img alt="a"b" src="data:image/png;base64,">"#, #"<img src="data:text/html;base64,">"#,
      #"<img src=" data:image/png;base64,">"#, #"<img alt="a" src>"#, "<img alt=\u{301}\"a onerror=alert(1) b\">",
      "<img\u{301} alt=\"\">", "<img \u{301}alt=\"\">", #"<img alt='"' src="data:image/png;base64,">"#, "<p/>", "<a>",
      "<form>", #"<iframe sandbox="" onload="alert(1)" srcdoc="a">"#, "<p\u{0}>", "<p\u{301}>", "<\u{17F}cript>",
    ])
  func active(html: String) { #expect(!InertHTML.holds(html)) }

  @Test(
    "our own HTML is",
    arguments: [
      "", "text", "a &lt; b > c", "<p>a</p>",
      "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td><b>&lt;b&gt;</b></td></tr></tbody></table>",
      #"<figure style="display:inline-block;margin:0 1em 1em 0"><figcaption>1</figcaption></figure>"#,
      #"<img alt="ü" style="border:1px solid #999" src="data:image/png;base64,AA==">"#,
      #"<iframe sandbox="" srcdoc="&lt;h1&gt;" style="width: 100%; height: 36em; border: 1px solid #ccc"></iframe>"#,
    ])
  func inert(html: String) { #expect(InertHTML.holds(html)) }

  private func passed(_ type: String, _ content: String) throws -> JSON? {
    var inert = InertContent()
    return try inert.passed(type, content).map { try JSON(parsing: Array($0.utf8), path: type) }
  }

  @Test("of a value's forms those are sent that run nothing, a drawing as a picture, and nothing of how to show them")
  func forms() throws {
    let forms = [
      "application/javascript", "text/markdown", "text/latex", "application/vnd.jupyter.widget-view+json", "image/gif",
      "TEXT/HTML", "text/html; charset=utf-8",
    ]
    for form in forms + ["text/html"] {
      let content = #"{"data":{"text/plain":"x","\#(form)":"<script>"},"metadata":{"a":1},"buffers":[1]}"#
      for type in ["display_data", "update_display_data", "execute_result"] {
        let expected: JSON = .object(["data": .object(["text/plain": .string("x")]), "metadata": .object([:])])
        #expect(try passed(type, content) == expected, "\(type) \(form)")
      }
    }
    let transient = #"{"display_id":"d","a":1}"#
    let drawing = try passed("display_data", #"{"data":{"image/svg+xml":"<svg>"},"transient":\#(transient)}"#)
    let picture: JSON = .string(#"<img alt="" src="data:image/svg+xml;base64,PHN2Zz4=">"#)
    #expect(drawing?["data"] == .object(["text/html": picture]))
    #expect(drawing?["transient"] == .object(["display_id": .string("d")]))
    #expect(try passed("display_data", #"{"data":{"text/plain":{"a":1},"image/png":5}}"#)?["data"] == .object([:]))
  }

  @Test("replies have no payload, other kinds are not sent, and the kernel says of itself what it said first")
  func kinds() throws {
    let reply = try passed(
      "execute_reply",
      #"{"payload":[{"source":"page"}],"user_expressions":{"a":{"status":"ok","data":{"text/html":"<script>"}}}}"#)
    #expect(reply?["payload"] == .array([]) && reply?["user_expressions"]?["a"]?["data"] == .object([:]))
    for type in ["comm_open", "comm_msg", "clear_output", "stream", "debug_event", "no_such_kind"] {
      #expect(try passed(type, "{}") == nil, "\(type)")
    }
    #expect(try passed("error", "no JSON") == nil && passed("error", "[]") == nil)
    var inert = InertContent()
    #expect(inert.passed("kernel_info_reply", "{}") == "{}")
    #expect(inert.passed("kernel_info_reply", #"{"help_links":[]}"#) == "{}")
  }
}
