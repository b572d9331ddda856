namespace Touchline.Tsdb.Blocks;

/// <summary>
/// The symbols of one index that were read lately, in a fixed number of places. Series follow each other in the order of their labels, so the
/// next one mostly has the symbols of the last. Not thread-safe.
/// </summary>
internal sealed class SymbolCache(BlockIndex index)
{
    private const int Places = 4096;

    private readonly (uint Number, string? Text)[] _places = new (uint, string?)[Places];

    public string Symbol(uint number)
    {
        ref var place = ref _places[number % Places];
        if (place.Text is null || place.Number != number)
        {
            place = (number, index.Symbol(number));
        }
        return place.Text;
    }
}
