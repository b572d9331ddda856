namespace Touchline.Scraping.Families;

/// <summary>
/// How many families and metrics of one body become objects, which take tens of times the bytes that the shortest of them has in a body.
/// </summary>
internal struct EntryBudget(int most)
{
    private int _taken;

    /// <summary>Why the body is not read.</summary>
    public readonly string Problem => $"the body holds more than {most} families and metrics";

    public bool TryTake() => _taken++ < most;
}
