namespace Touchline.Tsdb.Inspection;

/// <summary>Findings, bounded: a file of noise must not fill the memory with complaints.</summary>
internal sealed class FindingList
{
    private const int MaxEntries = 1000;

    private readonly List<VerifyFinding> _entries = [];

    public IReadOnlyList<VerifyFinding> Entries => _entries;

    public long More { get; private set; }

    public void Add(string file, long? offset, string problem, string cost)
    {
        if (_entries.Count < MaxEntries)
        {
            _entries.Add(new VerifyFinding(file, offset, problem, cost));
        }
        else
        {
            More++;
        }
    }
}
