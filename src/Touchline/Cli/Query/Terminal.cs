namespace Touchline.Cli.Query;

/// <summary>Where text for people goes: in colours where it is a terminal that wants them, as wide as it is.</summary>
/// <param name="output">The text goes there.</param>
/// <param name="isColoured">Whether escape sequences are understood and wanted.</param>
/// <param name="width">In characters; null where lines may be as long as they are, because nobody looks at them as they come.</param>
internal sealed class Terminal(TextWriter output, bool isColoured, int? width)
{
    private const int WidthElsewhere = 100;
    private const int LeastWidth = 40;

    /// <summary>For lines of a chart and the series that they are of.</summary>
    public static IReadOnlyList<int> Palette { get; } = [36, 33, 35, 32, 34, 31, 96, 93];

    public TextWriter Output => output;

    /// <summary>How wide a picture may be.</summary>
    public int Width => Math.Max(LeastWidth, width ?? WidthElsewhere);

    public bool CutsLines => width is not null;

    public bool IsColoured => isColoured;

    public static Terminal Of(TextWriter output)
    {
        if (!ReferenceEquals(output, Console.Out) || Console.IsOutputRedirected)
        {
            return new Terminal(output, isColoured: false, width: null);
        }
        // See no-color.org for the first.
        var wanted = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        return new Terminal(output, wanted, Console.WindowWidth > 0 ? Console.WindowWidth : WidthElsewhere);
    }

    public string Dim(string text) => Paint(text, 2);

    public string Bold(string text) => Paint(text, 1);

    /// <param name="text">What is painted.</param>
    /// <param name="code">The number of the escape sequence (ECMA-48, select graphic rendition).</param>
    public string Paint(string text, int code) => isColoured && text.Length > 0 ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
