namespace Touchline.Tsdb.Blocks;

/// <summary>The sections of an index file; a reader passes over those that it does not know. On disk: never renumber.</summary>
internal enum IndexSection : uint
{
    Names = 1,
    Values = 2,
    Postings = 3,
    Series = 4,
    Chunks = 5,
    Times = 6,
    Exemplars = 7,
    Created = 8,
}
