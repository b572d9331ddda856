namespace Touchline.Scraping.Exposition;

/// <summary>A file breaks the OpenMetrics format: where, counted from 1 in lines and characters, and what would be right.</summary>
public sealed class OpenMetricsFormatException(long line, int column, string message) : Exception(message)
{
    public long Line { get; } = line;

    public int Column { get; } = column;
}
