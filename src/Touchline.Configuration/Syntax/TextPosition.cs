namespace Touchline.Configuration.Syntax;

/// <summary>A place in a file; both count from 1, columns in UTF-16 code units.</summary>
internal readonly record struct TextPosition(int Line, int Column)
{
    public static TextPosition OfFile => new(0, 0);

    public static TextPosition Start => new(1, 1);
}
