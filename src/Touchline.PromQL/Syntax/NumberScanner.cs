using System.Globalization;
using System.Numerics;
using Touchline.Model;

namespace Touchline.PromQL.Syntax;

/// <summary>
/// Numbers as PromQL writes them: decimal, with underscores between digits, hexadecimal integers, octal ones with a leading zero;
/// and durations.
/// </summary>
internal static class NumberScanner
{
    /// <summary>Finds the end of the number or duration at the position; on an error the position is behind what could not be read.</summary>
    public static TokenKind Scan(string input, ref int position)
    {
        if (ScanNumber(input, ref position))
        {
            return TokenKind.Number;
        }
        return ScanDuration(input, ref position) ? TokenKind.Duration : TokenKind.Error;
    }

    /// <summary>The value of what <see cref="Scan"/> took for a number; false with the reason where it is none after all.</summary>
    public static bool TryParse(string text, out double value, out string error)
    {
        error = "";
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            if (digits.Length > 2 && BigInteger.TryParse("0" + digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var big)
                && big <= long.MaxValue)
            {
                value = (double)big;
                return true;
            }
            value = 0;
            error = $"strconv.ParseFloat: parsing {QuotedString.Of(text)}: invalid syntax";
            return false;
        }
        if (digits.Length > 1 && digits[0] == '0' && digits.AsSpan().IndexOfAnyExceptInRange('0', '7') < 0)
        {
            value = 0;
            foreach (var digit in digits)
            {
                value = value * 8 + (digit - '0');
            }
            // Beyond 63 bits the leading zero means nothing any more.
            if (value < 9.2e18)
            {
                return true;
            }
        }
        if (SampleValue.TryParse(digits, out value))
        {
            return true;
        }
        var outOfRange = double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _);
        error = $"strconv.ParseFloat: parsing {QuotedString.Of(text)}: {(outOfRange ? "value out of range" : "invalid syntax")}";
        return false;
    }

    private static bool ScanNumber(string input, ref int position)
    {
        var start = position;
        var hexadecimal = Accept(input, ref position, "0") && Accept(input, ref position, "xX");
        if (hexadecimal)
        {
            Accept(input, ref position, "_");
        }
        var digits = hexadecimal ? "0123456789abcdefABCDEF" : "0123456789";
        Accept(input, ref position, ".");
        Accept(input, ref position, digits);
        var dot = false;
        var exponent = false;
        while (Is(input, position, digits) || Is(input, position, "._eE"))
        {
            if (Is(input, position, "."))
            {
                position++;
                if (dot || hexadecimal || Accept(input, ref position, "_."))
                {
                    return false;
                }
                dot = true;
            }
            else if (!hexadecimal && Is(input, position, "eE"))
            {
                position++;
                if (exponent)
                {
                    return false;
                }
                exponent = true;
                Accept(input, ref position, "+-");
                if (Accept(input, ref position, "._eE") || position == input.Length)
                {
                    return false;
                }
            }
            else if (Is(input, position, "_"))
            {
                position++;
                if (Accept(input, ref position, "._eE") || position == input.Length)
                {
                    return false;
                }
            }
            else
            {
                while (Is(input, position, digits))
                {
                    position++;
                }
            }
        }
        return position > start && !IsWordCharacter(input, position);
    }

    private static bool ScanDuration(string input, ref int position)
    {
        if (!Accept(input, ref position, "smhdwy"))
        {
            return false;
        }
        Accept(input, ref position, "s");
        while (Is(input, position, "0123456789"))
        {
            while (Is(input, position, "0123456789"))
            {
                position++;
            }
            if (!Accept(input, ref position, "smhdw"))
            {
                return false;
            }
            Accept(input, ref position, "s");
        }
        if (!IsWordCharacter(input, position))
        {
            return true;
        }
        position++;
        return false;
    }

    private static bool Is(string input, int position, string set) => position < input.Length && set.Contains(input[position]);

    private static bool Accept(string input, ref int position, string set)
    {
        if (!Is(input, position, set))
        {
            return false;
        }
        position++;
        return true;
    }

    private static bool IsWordCharacter(string input, int position) =>
        position < input.Length && (char.IsAsciiLetterOrDigit(input[position]) || input[position] == '_');
}
