using Touchline.Configuration;

namespace Touchline.Scraping.Discovery;

/// <summary>Compares groups of targets by what they say.</summary>
internal static class StaticConfigs
{
    public static bool AreSame(IReadOnlyList<StaticConfig> some, IReadOnlyList<StaticConfig> others)
    {
        if (some.Count != others.Count)
        {
            return false;
        }
        for (var i = 0; i < some.Count; i++)
        {
            if (!some[i].Labels.Equals(others[i].Labels) || !some[i].Targets.SequenceEqual(others[i].Targets, StringComparer.Ordinal))
            {
                return false;
            }
        }
        return true;
    }
}
