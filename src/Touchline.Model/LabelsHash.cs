namespace Touchline.Model;

/// <summary>
/// Builds what <see cref="Labels.GetHashCode"/> is from the hashes of names and values, for who keeps those and no label set. Good within the
/// process only.
/// </summary>
public struct LabelsHash
{
    private HashCode _hash;

    /// <summary>The hash of what was added.</summary>
    public readonly int Value
    {
        get
        {
            var copy = _hash;
            // Labels take 0 for a hash that was not made yet.
            return copy.ToHashCode() is var made && made == 0 ? 1 : made;
        }
    }

    /// <summary>Adds a label, in the order of names, by the hash codes of its two strings.</summary>
    public void Add(int nameHash, int valueHash)
    {
        _hash.Add(nameHash);
        _hash.Add(valueHash);
    }
}
