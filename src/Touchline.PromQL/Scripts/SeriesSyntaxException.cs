namespace Touchline.PromQL.Scripts;

/// <summary>A series description that cannot be read; the position counts from 0.</summary>
internal sealed class SeriesSyntaxException(int position, string message) : FormatException(message)
{
    public int Position { get; } = position;
}
