namespace Touchline.Storage;

/// <summary>
/// A store's own number for a series, so that the hot path need not hash labels again. Valid for the life of the process in the
/// store that gave it; a store may forget it (then it resolves the labels anew and gives another). Zero means "not known yet".
/// </summary>
public readonly record struct SeriesRef(ulong Value)
{
    public bool IsNone => Value == 0;
}
