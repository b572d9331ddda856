namespace Touchline.Scraping.Exposition;

/// <summary>What a reader came upon.</summary>
internal enum ExpositionEntry
{
    Series,
    Type,
    Help,
    Unit,

    /// <summary>The body is read to its end.</summary>
    End,

    /// <summary>The body breaks the format here; nothing more can be read.</summary>
    Error,
}
