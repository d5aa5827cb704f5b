import InterlockTool

@main
enum Main {
    static func main() async {
        await InterlockTool.main()
    }
}
