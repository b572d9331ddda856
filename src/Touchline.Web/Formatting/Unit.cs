namespace Touchline.Web.Formatting;

/// <summary>What a number on a page counts. The names are those of js/units.js.</summary>
public enum Unit
{
    Number,
    Bytes,
    BytesPerSecond,
    Percent,
    Ratio,
    Seconds,
    PerSecond,
}
