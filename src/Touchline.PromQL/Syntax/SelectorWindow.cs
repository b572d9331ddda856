namespace Touchline.PromQL.Syntax;

/// <summary>How a selector treats the edges of its window, behind <see cref="PromQLFeatures.ExtendedRangeSelectors"/>.</summary>
public enum SelectorWindow
{
    /// <summary>The samples inside the window.</summary>
    Plain,

    /// <summary><c>anchored</c>: as well the last sample before the window, moved to its edges.</summary>
    Anchored,

    /// <summary><c>smoothed</c>: values at the edges are interpolated from the samples around them.</summary>
    Smoothed,
}
