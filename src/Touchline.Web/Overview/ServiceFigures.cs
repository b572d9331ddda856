using Touchline.Web.Formatting;
using Touchline.Web.Views;

namespace Touchline.Web.Overview;

/// <summary>A service now: its state, and what its own metrics say. Null is not known (yet).</summary>
public sealed record ServiceFigures
{
    public required ServiceView Service { get; init; }

    /// <summary>Requests a second.</summary>
    public double? Rate { get; init; }

    /// <summary>Share of requests answered with 5xx, 0 to 1.</summary>
    public double? ErrorRatio { get; init; }

    /// <summary>Seconds that half, and 95 of 100, requests stayed under.</summary>
    public double? Median { get; init; }

    public double? P95 { get; init; }

    public IReadOnlyList<BusinessFigure> Business { get; init; } = [];

    public bool HasRequests => Rate is not null;
}

/// <summary>A figure of the business that a service exposes; one part a label value where it is split.</summary>
public sealed record BusinessFigure(string Title, Unit Unit, IReadOnlyList<(string Name, double Value)> Parts);
