using CsCheck;

namespace Touchline.PromQL.Tests.Syntax;

/// <summary>Random valid queries, as text.</summary>
internal static class QueryGen
{
    private static readonly Gen<string> Name = OneOf("foo", "a:b", "sum", "by", "start", "long_metric_name_number_one", "fill");
    private static readonly Gen<string> Label = OneOf("a", "job", "on", "bool", "\"x.y\"");
    private static readonly Gen<string> Text = OneOf("\"x\"", "'it\\'s'", "`a\\b`", "\"é\\n\\x41\"", "\"\"", "\"a\\xc5\"");
    private static readonly Gen<string> Regex = OneOf("\"a|b\"", "'.+'", "\"[a-c]x*\"");
    private static readonly Gen<string> Duration = OneOf("5m", "1h30m", "90", "1.5", "500ms", "1d");
    private static readonly Gen<string> DurationExpr =
        Gen.OneOf(Duration, OneOf("step()", "5m + 1m", "(5m + step()) * 2", "max(1m, step())", "2 ^ 3 ^ 1", "range() / 2"));

    private static readonly Gen<string> Matcher = Gen.OneOf(
        Gen.Select(Label, OneOf("=", "!="), Text, (l, o, t) => l + o + t),
        Gen.Select(Label, OneOf("=~", "!~"), Regex, (l, o, t) => l + o + t));

    private static readonly Gen<string> Labels = Label.Array[0, 3].Select(l => $"({string.Join(", ", l)})");

    private static readonly Gen<string> Modifiers = Gen.OneOf(
        Gen.Const(""),
        Duration.Select(d => $" offset {d}"),
        Duration.Select(d => $" offset -{d}"),
        // Behind an offset in parentheses an operator belongs to the offset, so that @ stands there.
        OneOf(" offset (5m + step()) @ end()", " offset -(step() * 2) @ 5", " @ 123.456 offset 1m", " @ start()", " offset 5m @ end()", " @ -7"));

    private static readonly Gen<string> Selector = Gen.OneOf(
        Name,
        Gen.Select(Name, Matcher.Array[0, 3], (n, m) => $"{n}{{{string.Join(",", m)}}}"),
        Matcher.Array[0, 2].Select(m => $"{{\"quoted.name\"{string.Concat(m.Select(x => ", " + x))}}}"));

    private static readonly Gen<string> Scalar = OneOf("1", "-2.5", "0x1F", "Inf", "NaN", "5m", "time()", "pi()", "1e-7", "-1 ^ 2", "(3)", "scalar(foo)");

    /// <summary>Instant vectors.</summary>
    public static Gen<string> Expr { get; } = Vector(4);

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<string> Vector(int depth)
    {
        var selector = Gen.Select(Selector, Modifiers, (s, m) => s + m);
        if (depth == 0)
        {
            return selector;
        }
        var inner = Vector(depth - 1);
        var range = Gen.OneOf(
            Gen.Select(Selector, DurationExpr, OneOf("", " anchored", " smoothed"), Modifiers, (s, d, w, m) => $"{s}[{d}]{w}{m}"),
            Gen.Select(inner, DurationExpr, Gen.OneOf(Gen.Const(""), DurationExpr), Modifiers, (v, d, s, m) => $"({v})[{d}:{s}]{m}"));
        return Gen.OneOf(
            selector,
            inner.Select(v => $"({v})"),
            inner.Select(v => $"-{v}"),
            Gen.Select(OneOf("rate", "sum_over_time", "deriv"), range, (f, r) => $"{f}({r})"),
            Gen.Select(inner, Text, Text, (v, a, b) => $"label_replace({v}, {a}, {b}, \"src\", \"(.*)\")"),
            Gen.Select(OneOf("sum", "count", "stddev"), OneOf("by", "without"), Labels, inner, (f, c, l, v) => $"{f} {c} {l} ({v})"),
            Gen.Select(Scalar, Labels, inner, (s, l, v) => $"topk({s}, {v}) by {l}"),
            Gen.Select(inner, OneOf("+", "-", "*", "/", "%", "^", "atan2", "==", "> bool", "and", "or", "unless"), inner, (a, o, b) => $"{a} {o} {b}"),
            Gen.Select(inner, OneOf("+", "!= bool", "<"), Labels, OneOf("", " group_left ()", " group_right (inc)"), inner,
                (a, o, l, g, b) => $"{a} {o} ignoring {l}{g} {b}"),
            Gen.Select(inner, Scalar, (a, s) => $"{a} * {s}"));
    }
}
