using MudBlazor;

namespace Touchline.Web.Shell;

/// <summary>
/// The colours and type of the shell. Both palettes are sent with every page and a <c>data-theme</c> attribute on the root element picks one,
/// so that the theme changes without asking the server and without a flash on load. Fonts are those of the system: nothing is fetched.
/// </summary>
internal static class TouchlineTheme
{
    private static readonly string[] SystemFont =
        ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Ubuntu", "Cantarell", "Noto Sans", "DejaVu Sans", "sans-serif"];

    public static MudTheme Light { get; } = Create(":root");

    public static MudTheme Dark { get; } = Create(":root[data-theme=dark]");

    private static MudTheme Create(string scope) => new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0b6b5d",
            PrimaryContrastText = "#ffffff",
            Secondary = "#4a5b78",
            Tertiary = "#7a5195",
            Info = "#1f66b0",
            Success = "#1a7f4b",
            Warning = "#a15c00",
            Error = "#b3261e",
            Black = "#101828",
            Background = "#f5f6f8",
            BackgroundGray = "#eceef2",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1a2230",
            DrawerBackground = "#ffffff",
            DrawerText = "#3a4557",
            DrawerIcon = "#566178",
            TextPrimary = "#1a2230",
            TextSecondary = "#566178",
            TextDisabled = "#98a1b2",
            ActionDefault = "#566178",
            ActionDisabled = "#b3bac7",
            Divider = "#e1e5eb",
            DividerLight = "#edf0f4",
            LinesDefault = "#e1e5eb",
            LinesInputs = "#b8c0cc",
            TableLines = "#e8ebf0",
            TableHover = "#f3f6f9",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#4fd1b5",
            PrimaryContrastText = "#06241f",
            Secondary = "#9db0d0",
            Tertiary = "#c39bd3",
            Info = "#6cb2ff",
            Success = "#56cf8e",
            Warning = "#f2b04c",
            Error = "#ff7b72",
            Black = "#0b0f16",
            Background = "#0f141b",
            BackgroundGray = "#0b0f15",
            Surface = "#171d26",
            AppbarBackground = "#171d26",
            AppbarText = "#e4e9f1",
            DrawerBackground = "#171d26",
            DrawerText = "#b9c3d2",
            DrawerIcon = "#93a0b4",
            TextPrimary = "#e4e9f1",
            TextSecondary = "#9aa7ba",
            TextDisabled = "#626e80",
            ActionDefault = "#a5b1c3",
            ActionDisabled = "#566173",
            Divider = "#283141",
            DividerLight = "#222a37",
            LinesDefault = "#283141",
            LinesInputs = "#445063",
            TableLines = "#242d3a",
            TableHover = "#1d2530",
        },
        LayoutProperties = new LayoutProperties
        {
            DefaultBorderRadius = "6px",
            DrawerWidthLeft = "208px",
            AppbarHeight = "52px",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = SystemFont, FontSize = "0.875rem", LineHeight = "1.45", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = SystemFont, FontSize = "0.8125rem", TextTransform = "none", LetterSpacing = "normal" },
        },
        PseudoCss = new PseudoCss { Scope = scope },
    };
}
