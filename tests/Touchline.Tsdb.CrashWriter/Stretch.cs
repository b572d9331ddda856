namespace Touchline.Tsdb.CrashWriter;

/// <summary>Consecutive steps of a series, both ends inclusive.</summary>
public sealed record Stretch(int Series, long From, long To)
{
    public bool Has(int series, long step) => series == Series && step >= From && step <= To;
}
