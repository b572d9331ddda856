namespace Touchline.Push.StatsD;

/// <summary>Why a line, a sample or an event was not taken; in metrics as <c>malformed_line</c> and its like.</summary>
public enum StatsDError
{
    None,

    /// <summary>No colon, no name, or no UTF-8.</summary>
    MalformedLine,

    /// <summary>Too few or too many parts between bars, or an empty one.</summary>
    MalformedComponent,

    /// <summary>The value is no number.</summary>
    MalformedValue,

    /// <summary>A part that is neither a sampling rate nor tags, or a rate that is no number.</summary>
    InvalidSampleFactor,

    /// <summary>Tags in the name and tags at the end.</summary>
    MixedTaggingStyles,

    /// <summary>Several values of a type that has one only.</summary>
    InvalidExtendedAggregateType,

    /// <summary>A type that is none.</summary>
    IllegalEvent,
}
