namespace Touchline.Tsdb.CrashWriter;

/// <summary>Consecutive steps of a series that were deleted, both ends inclusive, when the last step written was another.</summary>
public sealed record Stretch(int Series, long From, long To, long At)
{
    /// <summary>Whether a sample is among them. One that came late, behind the deletion, is not.</summary>
    public bool Has(long step) => step >= From && step <= To && WrittenSamples.WrittenWith(Series, step) <= At;
}
