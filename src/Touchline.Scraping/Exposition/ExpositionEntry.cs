namespace Touchline.Scraping.Exposition;

/// <summary>What a reader came upon.</summary>
internal enum ExpositionEntry
{
    Series,

    /// <summary>A series whose sample is a native histogram.</summary>
    Histogram,
    Type,
    Help,
    Unit,

    /// <summary>The body is read to its end.</summary>
    End,

    /// <summary>The body breaks the format here; nothing more can be read.</summary>
    Error,
}
